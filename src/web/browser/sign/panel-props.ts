import type { ComponentChildren } from "preact";
import type { Hands } from "../../../wire/session.ts";
import type { Hand } from "./hand.ts";

/** What every way of making a signature is given. */
export type PanelProps = {
  hand: Hand | null;
  signerName: string;
  beginsWith: "name" | "initials";
  needsInitials: boolean;
  /** The bearer with which a phone may be asked for; null: not offered. */
  phone: string | null;
  /** Takes what was made; the panel has seen to it that nothing is missing. `kept`: looks that the server has already. */
  onMade: (hand: Hand, kept?: Hands) => void;
  /** The buttons beneath. */
  children: ComponentChildren;
};
