import { parse } from "dotenv";
import { OracleError } from "../domain/errors.ts";
import type { ReadText } from "./config.ts";
import type { Environment } from "./reader.ts";

/**
 * The environment, completed by the file that ICN_ENV_FILE names; a variable of the environment wins.
 * @throws OracleError config-invalid if that file cannot be read.
 */
export function withEnvFile(environment: Environment, readText: ReadText): Environment {
  const path = environment["ICN_ENV_FILE"];
  if (path === undefined || path === "") return environment;
  let text: string;
  try {
    text = readText(path);
  } catch (cause) {
    const problem = { variable: "ICN_ENV_FILE", value: path, remedy: "name a readable file, or unset it" };
    throw new OracleError("config-invalid", `ICN_ENV_FILE = ${path}: ${problem.remedy}`, {
      cause,
      context: { problems: [problem] },
    });
  }
  return { ...parse(text), ...environment };
}
