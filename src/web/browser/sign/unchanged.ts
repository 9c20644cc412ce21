import { type FunctionComponent, h } from "preact";
import { useMemo, useRef } from "preact/hooks";

/** A component that is drawn anew only when one of its properties is another one: a node that is the same is passed over. */
export function unchanged<P extends object>(draw: FunctionComponent<P>): FunctionComponent<P> {
  return (props) => useMemo(() => h(draw, props), Object.values(props));
}

type Actions = Readonly<Record<string, (...given: never[]) => unknown>>;

/** The same object at every drawing, whose actions are those of the latest. */
export function useSteady<A extends Actions>(actions: A): A {
  const latest = useRef(actions);
  latest.current = actions;
  const steady = useRef<A | null>(null);
  steady.current ??= Object.fromEntries(
    Object.keys(actions).map((name) => [name, (...given: never[]) => latest.current[name]?.(...given)]),
  ) as A;
  return steady.current;
}
