/**
 * Makes an element what another is, changing only what differs: what stays is not touched, so that focus, selection and opened
 * details stay as they are. Children with a `data-key` are known by it, wherever they stand; others by their place. Answers how many
 * keyed children are new.
 */
export function renew(old: Element, fresh: Element): number {
  if (old.isEqualNode(fresh)) return 0;
  if (old instanceof HTMLButtonElement && old.dataset.copy !== undefined) return 0;
  renewAttributes(old, fresh);
  return renewChildren(old, fresh);
}

/** What a reader has opened stays open. */
const kept = new Set(["open"]);

function renewAttributes(old: Element, fresh: Element): void {
  for (const { name } of Array.from(old.attributes))
    if (!fresh.hasAttribute(name) && !kept.has(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

function renewChildren(old: Element, fresh: Element): number {
  let arrived = 0;
  const keyed = new Map([...old.children].map((child) => [keyOf(child), child]));
  keyed.delete(null);
  let place: ChildNode | null = old.firstChild;
  for (const next of Array.from(fresh.childNodes)) {
    const key = next instanceof Element ? keyOf(next) : null;
    const known = key === null ? likeness(place, next) : (keyed.get(key) ?? null);
    if (known === null) {
      old.insertBefore(next, place);
      if (key !== null && next instanceof Element) {
        arrived += 1;
        next.classList.add("arrived");
      }
      continue;
    }
    if (known === place) place = place.nextSibling;
    else old.insertBefore(known, place);
    if (known instanceof Element && next instanceof Element) arrived += renew(known, next);
    else if (known.nodeValue !== next.nodeValue) known.nodeValue = next.nodeValue;
  }
  while (place !== null) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
  return arrived;
}

/** The node at a place, if it can become the next one. */
function likeness(place: ChildNode | null, next: ChildNode): ChildNode | null {
  if (place === null || place.nodeName !== next.nodeName) return null;
  return place instanceof Element && keyOf(place) !== null ? null : place;
}

function keyOf(element: Element): string | null {
  return element.getAttribute("data-key");
}
