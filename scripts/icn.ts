// The command line: npm run icn -- <command>
import { enableCompileCache } from "node:module";

enableCompileCache();
const { main } = await import("./main.ts");
process.exitCode = await main(process.argv);
