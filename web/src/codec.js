// Texts of base64 → numbers. The other side is src/outputs/report/codec.rs.

export function bytesOf(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** Numbers of variable length (LEB128), one after the other. */
export class Numbers {
  constructor(text) {
    this.bytes = bytesOf(text);
    this.at = 0;
  }

  /** Sums, for shifts stop at 32 bits. */
  next() {
    let value = 0;
    let weight = 1;
    let byte;
    do {
      byte = this.bytes[this.at++];
      value += (byte & 127) * weight;
      weight *= 128;
    } while (byte > 127);
    return value;
  }

  signed() {
    return unzigzag(this.next());
  }
}

export function unzigzag(value) {
  return value % 2 ? -(value + 1) / 2 : value / 2;
}

/** A column as `n` numbers: NaN where blank. */
export function columnOf(coded, n) {
  const values = new Float64Array(n);
  const scale = 10 ** coded.d;
  if (coded.k === "2") {
    const bytes = bytesOf(coded.b);
    for (let i = 0; i < n; i++) {
      const code = bytes[2 * i] | (bytes[2 * i + 1] << 8);
      values[i] = code === 65535 ? NaN : code === 65534 ? Infinity : code === 65533 ? -Infinity : (code + coded.o) / scale;
    }
    return values;
  }
  const numbers = new Numbers(coded.b);
  let last = 0;
  for (let i = 0; i < n; i++) {
    const code = numbers.next();
    if (code < 3) {
      values[i] = [NaN, Infinity, -Infinity][code];
    } else {
      last += unzigzag(code - 3);
      values[i] = last / scale;
    }
  }
  return values;
}

/** Travel times in seconds: NaN where there is none. */
export function timesOf(text, n) {
  const numbers = new Numbers(text);
  const values = new Float64Array(n);
  let last = 0;
  for (let i = 0; i < n; i++) {
    const code = numbers.next();
    if (code > 0) last += unzigzag(code - 1);
    values[i] = code > 0 ? last : NaN;
  }
  return values;
}
