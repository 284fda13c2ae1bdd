// Looks at a page as a reader would, and gives what is wrong with it: a list of complaints for each question.
function measure(page) {
  const window = page.defaultView, root = page.documentElement, width = window.innerWidth;
  const height = page.body.scrollHeight;
  page.querySelectorAll('details').forEach(details => details.open = true);

  const name = element => {
    const text = (element.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 40);
    const box = element.getBoundingClientRect();
    return `${element.tagName.toLowerCase()}.${element.getAttribute('class') || ''} "${text}" at `
      + `${Math.round(box.x)},${Math.round(box.y)} ${Math.round(box.width)}x${Math.round(box.height)}`;
  };
  const shown = element => element.getClientRects().length > 0;
  const all = (selector, within = page) => [...within.querySelectorAll(selector)].filter(shown);
  const scrolls = element => element && (/auto|scroll/.test(window.getComputedStyle(element).overflowX)
    || scrolls(element.parentElement));
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;

  // Nothing is wider than the screen but what scrolls in a box of its own.
  const wide = all('body *').filter(element => !scrolls(element) || element.matches('.scroll, pre'))
    .filter(element => element.getBoundingClientRect().right > width + 0.5
      || element.getBoundingClientRect().left < -0.5).map(name);
  if (root.scrollWidth > width) {
    wide.push(`the page is ${root.scrollWidth} wide`);
  }

  // No text leaves the box that it is in, and boxes that scroll can be reached by the keyboard.
  const cut = all('p, li, h1, h2, h3, td, th, dt, dd, caption, figcaption, summary, a')
    .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0).map(name);
  all('svg').forEach(svg => {
    const frame = svg.getBoundingClientRect();
    all('text', svg).forEach(text => {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2
          || box.bottom > frame.bottom + 2) {
        cut.push(name(text));
      }
    });
  });
  all('.scroll, pre').filter(box => box.scrollWidth > box.clientWidth && box.tabIndex < 0)
    .forEach(box => cut.push('no key reaches ' + name(box)));

  // No label lies over another, or over a point.
  const overlaps = [];
  all('svg').forEach(svg => {
    const texts = all('text', svg);
    texts.forEach((text, i) => {
      const box = text.getBoundingClientRect();
      texts.slice(i + 1).filter(other => meet(box, other.getBoundingClientRect()))
        .forEach(other => overlaps.push(name(text) + ' and ' + name(other)));
      all('.mark circle, .mark rect, .mark polygon', svg).filter(mark => meet(box, mark.getBoundingClientRect()))
        .forEach(mark => overlaps.push(name(text) + ' and ' + name(mark)));
    });
  });
  all('tr').forEach(row => [...row.children].filter(shown).forEach((cell, i, cells) => cells.slice(i + 1)
    .filter(other => meet(cell.getBoundingClientRect(), other.getBoundingClientRect()))
    .forEach(other => overlaps.push(name(cell) + ' and ' + name(other)))));

  // Each picture has marks, and they lie in it.
  const empty = all('svg.chart:not(.axis)').filter(svg => {
    const frame = svg.getBoundingClientRect();
    const marks = all('.mark circle, .mark rect, .mark polygon, .mark path', svg);
    return marks.length === 0 || frame.width < 100 || marks.some(mark => {
      const box = mark.getBoundingClientRect();
      return box.width < 1 || box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    });
  }).map(name);

  // The numbers of an axis stand at the lines of the pictures that it is for.
  const crooked = [];
  all('table.forest').forEach(table => {
    const middle = element => element.getBoundingClientRect().x + element.getBoundingClientRect().width / 2;
    const lines = all('line.grid', table).map(middle);
    all('svg.axis text:not(.side)', table).filter(tick => !lines.some(line => Math.abs(line - middle(tick)) < 1.5))
      .forEach(tick => crooked.push(name(tick)));
  });

  // WCAG 2.2: 4.5 to 1 for text, 3 to 1 for large text (1.4.3) and for what a picture is made of (1.4.11).
  const rgb = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = (front, back) => {
    const alpha = front.length > 3 ? front[3] : 1;
    return [0, 1, 2].map(i => front[i] * alpha + back[i] * (1 - alpha));
  };
  const background = element => {
    if (!element) {
      return [255, 255, 255];
    }
    const colour = rgb(window.getComputedStyle(element).backgroundColor);
    return colour.length < 4 || colour[3] === 1 ? colour : over(colour, background(element.parentElement));
  };
  const luminance = colour => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => {
    const c = colour[i] / 255;
    return sum + share * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  }, 0);
  const ratio = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const faint = [];
  const compare = (element, colour, least) => {
    const back = background(element.closest('svg') || element);
    const value = ratio(over(rgb(colour), back), back);
    if (value < least) {
      faint.push(`${value.toFixed(2)} ${name(element)}`);
    }
  };
  all('body *').filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .forEach(element => {
      const style = window.getComputedStyle(element), size = parseFloat(style.fontSize);
      const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
      if (element.tagName !== 'title') {
        compare(element, element instanceof window.SVGElement ? style.fill : style.color, large ? 3 : 4.5);
      }
    });
  all('.mark circle, .mark line, .mark rect, .mark polygon, .mark path, .series polyline').forEach(mark => {
    const style = window.getComputedStyle(mark);
    compare(mark, style.stroke === 'none' ? style.fill : style.stroke, 3);
  });

  const small = all('body *').filter(element => [...element.childNodes].some(node => node.nodeType === 3
    && node.data.trim()) && element.tagName !== 'title'
    && parseFloat(window.getComputedStyle(element).fontSize) < 11).map(name);

  return { width, dark: window.matchMedia('(prefers-color-scheme: dark)').matches, height,
    paper: window.getComputedStyle(page.body).backgroundColor, texts: all('svg text').length,
    marks: all('.mark').length, wide, cut, overlaps, empty, crooked, faint, small };
}
