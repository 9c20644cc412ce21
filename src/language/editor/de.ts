import type { EditorWords } from "../saying.ts";
import { en } from "./en.ts";
export const de: EditorWords = en;
