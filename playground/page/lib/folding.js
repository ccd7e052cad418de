/** Search as people type: without diacritics, in any case. */

/** @param {string} text */
export function folded(text) {
  return text.toLowerCase().replaceAll("ł", "l").normalize("NFD").replace(/\p{M}/gu, "");
}

/** Whether some word of these texts begins with what was typed. @param {string} typed @param {...string} texts */
export function begins(typed, ...texts) {
  const sought = folded(typed);
  return texts.some((text) => {
    const where = folded(text);
    return where.startsWith(sought) || where.split(/[\s\-_,.()]+/).some((word) => word.startsWith(sought));
  });
}
