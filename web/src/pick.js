// Which cell lies under a place? Buckets over all cells, then the outline itself.

export class Picker {
  constructor(cells) {
    this.cells = cells;
    const { n, box } = cells;
    const all = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < n; i++) {
      all[0] = Math.min(all[0], box[4 * i]);
      all[1] = Math.min(all[1], box[4 * i + 1]);
      all[2] = Math.max(all[2], box[4 * i + 2]);
      all[3] = Math.max(all[3], box[4 * i + 3]);
    }
    this.all = all;
    // About two cells a bucket.
    this.side = Math.max(1, Math.round(Math.sqrt(n / 2)));
    this.buckets = new Map();
    for (let i = 0; i < n; i++) {
      const [left, top] = this.bucket(box[4 * i], box[4 * i + 1]);
      const [right, bottom] = this.bucket(box[4 * i + 2], box[4 * i + 3]);
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const key = row * this.side + column;
          const bucket = this.buckets.get(key);
          if (bucket) bucket.push(i);
          else this.buckets.set(key, [i]);
        }
      }
    }
  }

  bucket(x, y) {
    const [left, top, right, bottom] = this.all;
    const part = (value, low, high) =>
      Math.min(this.side - 1, Math.max(0, Math.floor(((value - low) / (high - low || 1)) * this.side)));
    return [part(x, left, right), part(y, top, bottom)];
  }

  /** The cell at a place, or -1. */
  at(x, y) {
    const [column, row] = this.bucket(x, y);
    const { box } = this.cells;
    for (const i of this.buckets.get(row * this.side + column) || []) {
      const inBox = box[4 * i] <= x && x <= box[4 * i + 2] && box[4 * i + 1] <= y && y <= box[4 * i + 3];
      if (inBox && this.holds(i, x, y)) return i;
    }
    return -1;
  }

  /** Whether a ray from the place crosses the outline an odd number of times. */
  holds(cell, x, y) {
    const { first, rings, corners } = this.cells;
    let inside = false;
    for (let ring = first[cell]; ring < first[cell + 1]; ring++) {
      const [begin, end] = [rings[ring], rings[ring + 1]];
      for (let k = begin, before = end - 1; k < end; before = k++) {
        const [ax, ay, bx, by] = [corners[2 * k], corners[2 * k + 1], corners[2 * before], corners[2 * before + 1]];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      }
    }
    return inside;
  }
}
