import { PERSONS } from "./places-of-a-person";
import { STRANGERS } from "./places-of-strangers";

export { sender } from "./stage";

/** Every page, and every state that looks different. */
export const PLACES = [...STRANGERS, ...PERSONS];
