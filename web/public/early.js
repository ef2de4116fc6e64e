// Before the first paint: the theme and the language that were chosen last, so that nothing flashes.
(function () {
  var root = document.documentElement, theme = null, lang = null;
  try {
    theme = localStorage.getItem('pond.theme');
    lang = localStorage.getItem('pond.lang');
  } catch (e) { /* storage is off: the browser's wishes hold */ }
  if (theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)) {
    root.classList.add('dark');
  }
  root.lang = lang || (/^zh/i.test(navigator.language) ? 'zh' : 'en');
}());
