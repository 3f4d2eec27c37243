// Patterns for cells that have no value, or one that needs a word: told apart without colour.

const SIZE = 8;
const made = new Map();

const STROKES = {
  // unlinked: diagonals
  u: [[0, 8, 8, 0], [-2, 2, 2, -2], [6, 10, 10, 6]],
  // island: a grid
  i: [[0, 4, 8, 4], [4, 0, 4, 8]],
  // no service: the other diagonals
  n: [[0, 0, 8, 8], [-2, 6, 2, 10], [6, -2, 10, 2]],
};

function tile(letter) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  for (const [colour, width] of [["rgba(255,255,255,0.85)", 2.4], ["rgba(30,38,48,0.85)", 1]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    for (const [x0, y0, x1, y1] of STROKES[letter]) {
      pen.moveTo(x0, y0);
      pen.lineTo(x1, y1);
    }
    pen.stroke();
  }
  return canvas;
}

export function hatch(pen, letter) {
  if (!made.has(letter)) made.set(letter, tile(letter));
  return pen.createPattern(made.get(letter), "repeat");
}

/** The same for a legend. */
export function hatchUrl(letter) {
  if (!made.has(letter)) made.set(letter, tile(letter));
  return made.get(letter).toDataURL();
}
