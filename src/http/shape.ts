/** The part of JSON Schema that inputs are described with. `words` says what a pattern or format wants. */
export type Shape = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  /** True: names that are not among the properties are taken as they come. */
  readonly additionalProperties?: boolean;
  readonly propertyNames?: Shape;
  readonly maxProperties?: number;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly words?: string;
};

/** Where in the input a value stands: its bracket path, the last name of it, and whether it may be missing. */
export type At = {
  readonly path: string;
  readonly name: string;
  readonly required: boolean;
  readonly keys: ReadonlyMap<string, readonly string[]>;
};
