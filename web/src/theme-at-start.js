/* Runs before anything is drawn, so that a chosen theme does not flash. src/frame/theme.ts writes the same key. */
try {
  const theme = localStorage.getItem('carillon.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // A browser may refuse its storage: then the system's theme it is.
}
