// What can be seen of a page from inside: returns what is wrong, in words. Evaluated by check_pages.py.
(async () => {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isShown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const describe = (element) => `<${element.tagName.toLowerCase()} class="${element.className}"> "${element.textContent.trim().slice(0, 30)}"`;

  // Landmarks, names, structure.
  for (const [selector, count] of [["main", 1], ["h1", 1], ["header.site", 1], ["nav[aria-label='Pages']", 1]]) {
    if (all(selector).length !== count) wrong.push(`${all(selector).length} of ${selector} instead of ${count}`);
  }
  if (!document.documentElement.lang) wrong.push("the page names no language");
  for (const field of all("input, select")) if (!field.labels.length) wrong.push(`no label: ${field.name}`);
  for (const cell of all("th")) if (!cell.scope) wrong.push(`no scope: ${describe(cell)}`);
  for (const table of all("table")) if (!table.caption) wrong.push("a table without a caption");
  for (const attribute of ["aria-describedby", "aria-labelledby"]) {
    for (const element of all(`[${attribute}]`)) {
      if (!document.getElementById(element.getAttribute(attribute))) wrong.push(`${attribute} leads nowhere: ${describe(element)}`);
    }
  }
  const ids = all("[id]").map((element) => element.id);
  for (const id of ids) if (ids.filter((other) => other === id).length > 1) wrong.push(`id twice: ${id}`);

  // Nothing inline in what the server sent; scripts may set properties later.
  const sent = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const inline = sent.querySelectorAll("script:not([src]):not([type='application/json']), style, [style]");
  if (inline.length) wrong.push(`${inline.length} inline scripts or styles`);
  for (const element of sent.querySelectorAll("*")) {
    for (const name of element.getAttributeNames()) if (name.startsWith("on")) wrong.push(`inline handler ${name}`);
  }

  // Charts are drawn: as many canvases as places, none of them blank.
  const places = all("[data-chart]");
  for (const place of places) {
    const canvas = place.querySelector("canvas");
    if (!canvas) { wrong.push(`no chart in ${place.dataset.chart}`); continue; }
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Map();
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i + 3] > 200) {
        const colour = `${pixels[i]},${pixels[i + 1]},${pixels[i + 2]}`;
        colours.set(colour, (colours.get(colour) ?? 0) + 1);
      }
    }
    // Axes and texts alone are grey; data are in a colour of the palette.
    const palette = [1, 2, 3].map((n) => getComputedStyle(document.documentElement).getPropertyValue(`--series-${n}`).trim());
    const painted = palette.some((hex) => {
      const rgb = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(",");
      return (colours.get(rgb) ?? 0) > 20;
    });
    if (!painted) wrong.push(`blank chart: ${place.dataset.chart}`);
  }

  // The page is not wider than the screen.
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) {
    const widest = all("main *").find((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll"));
    wrong.push(`scrolls sideways: ${width} > ${innerWidth}${widest ? `, because of ${describe(widest)}` : ""}`);
  }

  // Contrast of every text with what lies behind it (WCAG AA).
  const channels = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  for (const element of all("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!hasText || !isShown(element) || ["SCRIPT", "OPTION"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(channels(style.color)), luminance(ground(element))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio < least) wrong.push(`contrast ${ratio.toFixed(2)}: ${describe(element)}`);
  }

  // The scheme is honoured.
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const brightness = luminance(channels(getComputedStyle(document.body).backgroundColor));
  if (isDark ? brightness > 0.1 : brightness < 0.8) wrong.push(`the ground is not ${isDark ? "dark" : "light"}`);

  // Nothing moves for those who asked for that.
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    for (const element of all("body *")) {
      if (parseFloat(getComputedStyle(element).transitionDuration) > 0) wrong.push(`moves: ${describe(element)}`);
    }
  }
  return wrong;
})()
