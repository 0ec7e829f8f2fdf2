import type { ProbeSlot } from "./plan.ts";
import { prfBelow } from "./prf.ts";

const words = (text: string): readonly string[] => text.trim().split(/\s*,\s*/);

const STYLES =
  words(`a watercolor painting, an oil painting, a pencil sketch, a woodcut print, a charcoal drawing,
  a pastel drawing, an ink drawing, a mosaic, a stained glass window, a linocut, a photograph, a paper collage, a fresco,
  a book illustration, a tapestry, a poster`);
const COLOURS =
  words(`red, orange, yellow, green, blue, violet, white, black, grey, brown, golden, silver, turquoise,
  crimson, ivory, olive, purple, pink, copper, indigo`);
const QUALITIES =
  words(`small, huge, old, young, sleeping, dancing, lonely, cheerful, proud, tired, curious, shy, brave,
  elegant, clumsy, hungry, quiet, wet, dusty, wooden`);
const THINGS =
  words(`fox, owl, horse, cat, whale, heron, tortoise, bear, bicycle, teapot, violin, sailing boat, robot,
  umbrella, clock, typewriter, locomotive, balloon, chair, lantern, dragon, goat, penguin, accordion`);
const RELATIONS = words(`beside, in front of, behind, on top of, under, far from, next to, above`);
const PLACES =
  words(`a lighthouse, a windmill, a stone bridge, a market hall, a frozen lake, a waterfall, a vineyard,
  a railway station, a greenhouse, a castle, a harbour, a desert road, a pine forest, a library, a glacier, a rice field,
  a carousel, a cathedral, a volcano, a village square`);
const TIMES =
  words(`at dawn, at noon, at dusk, at midnight, in the fog, in heavy rain, in the snow, under a full moon,
  under a rainbow, in a storm, in spring, in autumn, in summer, in winter, by candlelight, in bright sunshine`);

/** An English sentence for an image, one of about 4 · 10^12: nobody without the secret can have it made ahead. */
export function imagePrompt(secret: Uint8Array, { nodeId, epoch, bucket }: ProbeSlot): string {
  const pick = (list: readonly string[], part: string): string =>
    list[prfBelow(list.length, secret, "prompt", part, nodeId, epoch, bucket)] ?? "";
  const colour = (part: string) => pick(COLOURS, `${part}-colour`);
  const thing = (part: string) =>
    `${pick(QUALITIES, `${part}-quality`)} ${colour(part)} ${pick(THINGS, part)}`;
  const scene = `${pick(RELATIONS, "relation")} ${pick(PLACES, "place")} ${pick(TIMES, "time")}`;
  return `${pick(STYLES, "style")} of the ${thing("first")} and the ${thing("second")} ${scene}`;
}
