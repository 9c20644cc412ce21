import { useEffect, useState } from "preact/hooks";

const narrow = "(max-width: 600px)";

/** Whether the page stands on a phone: then one field at a time is brought to the fingers. */
export function useIsPhone(): boolean {
  const [isPhone, setIsPhone] = useState(() => window.matchMedia(narrow).matches);
  useEffect(() => {
    const query = window.matchMedia(narrow);
    const update = () => setIsPhone(query.matches);
    query.addEventListener("change", update);
    return () => query.removeEventListener("change", update);
  }, []);
  return isPhone;
}

/** Keeps the desk above the keyboard of a phone, where the browser lays that over the page instead of making room. */
export function makeRoomForKeyboard(): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const update = () => {
    const covered = seen.scale > 1 ? 0 : Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
    document.documentElement.style.setProperty("--covered", `${Math.round(covered)}px`);
  };
  seen.addEventListener("resize", update);
  seen.addEventListener("scroll", update);
}
