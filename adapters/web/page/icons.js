/** The page's own line icons, drawn on a 24-unit grid. */

import { svg } from "./dom.js";

const PATHS = {
  send: ["M4 12h14", "M12 5l7 7-7 7"],
  attach: ["M20 11.500l-8.300 8.200a5 5 0 0 1-7.100-7.100l8.700-8.600a3.400 3.400 0 0 1 4.800 4.800l-8.700 8.600a1.700 1.700 0 0 1-2.400-2.400l7.800-7.700"],
  lock: ["M6 11h12v9H6z", "M8.500 11V8a3.500 3.500 0 0 1 7 0v3"],
  reply: ["M9 6L4 11l5 5", "M4 11h9a7 7 0 0 1 7 7v1"],
  undo: ["M8 5L4 9l4 4", "M4 9h10a5.500 5.500 0 0 1 0 11H9"],
  check: ["M5 12.500l4.500 4.500L19 7.500"],
  cross: ["M6 6l12 12", "M18 6L6 18"],
  menu: ["M4 7h16", "M4 12h11", "M4 17h16"],
  plus: ["M12 5v14", "M5 12h14"],
  bin: ["M5 7h14", "M9 7V4.500h6V7", "M7 7l1 13h8l1-13"],
  sun: ["M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400"],
  moon: ["M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z"],
  chart: ["M4 20h16", "M7 16v-5", "M12 16V6", "M17 16v-8"],
  people: ["M9 11a3.200 3.200 0 1 0 0-6.400A3.200 3.200 0 0 0 9 11z", "M3 20a6 6 0 0 1 12 0", "M16 5a3 3 0 0 1 0 6", "M18 14.500a6 6 0 0 1 3 5.500"],
  person: ["M12 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z", "M5 20a7 7 0 0 1 14 0"],
  chat: ["M4 5h16v11H11l-5 4v-4H4z"],
  calendar: ["M4 6h16v14H4z", "M4 10.500h16", "M8.500 3.500V8M15.500 3.500V8"],
  barbell: ["M3 12h18", "M6.500 6.500v11", "M17.500 6.500v11", "M3.500 9v6", "M20.500 9v6"],
  clipboard: ["M6 5h12v16H6z", "M9.500 3h5v4h-5z", "M9 12h6M9 16h4"],
  list: ["M9 6h11M9 12h11M9 18h11", "M4.500 6h.010M4.500 12h.010M4.500 18h.010"],
  table: ["M4 5h16v14H4z", "M4 10h16M10 10v9"],
  question: ["M9 9.300a3 3 0 1 1 4.600 2.600c-1 .700-1.600 1.200-1.600 2.400", "M12 18h.010"],
  choose: ["M8 4v16", "M8 6h9l3 2.500L17 11H8", "M8 13H5l-2 2 2 2h3"],
  alert: ["M12 4l9 16H3z", "M12 10v4.500", "M12 17.300h.010"],
  megaphone: ["M4 10v4h3l9 4.500v-13L7 10z", "M19 9.500a4 4 0 0 1 0 5", "M8 14l1 5.500h2.500"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  down: ["M12 5v14", "M6 13l6 6 6-6"],
  clock: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z", "M12 8v4.500l3 2"],
};

/** An icon that says nothing to screen readers: the words stand next to it. */
export function icon(name) {
  const strokes = PATHS[name].map((d) => svg("path", { d }));
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, ...strokes);
}
