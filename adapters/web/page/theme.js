/** Light or dark: the system's wish until the person chooses, then theirs, kept in this browser. */

const KEY = "whistle-theme";
const darkWanted = matchMedia("(prefers-color-scheme: dark)");

export function currentTheme() {
  return document.documentElement.dataset.theme ?? (darkWanted.matches ? "dark" : "light");
}

export function toggleTheme() {
  const theme = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  keep(theme);
  return theme;
}

export function onSystemTheme(act) {
  darkWanted.addEventListener("change", act);
}

function keep(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing still shows the choice until the page is closed.
  }
}

function restore() {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  } catch {
    // Nothing kept: the system decides.
  }
}

restore();
