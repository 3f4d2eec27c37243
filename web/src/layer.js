// One canvas for cells, streets and stops. Leaflet moves it while the map is dragged; it is drawn anew at the end.
import { hatch } from "./patterns.js";
import { PALE, STRESS } from "./stress.js";

/* global L */
const STREETS = "rgba(255,255,255,0.62)";
const STREETS_OUTSIDE = "rgba(120,132,146,0.38)";
const WATER = "#cfdfe8";
// Pixels: smaller cells are drawn as boxes, which leave no seams.
const SMALL = 6;

export const CellLayer = L.Renderer.extend({
  /** `scene`: cells, streets, stops, water, `marked` cells, and `stress` of streets, where it is drawn. */
  setScene(scene) {
    this.scene = scene;
    return this;
  },

  /** `classes`: as `classify` gives them. */
  paint(classes) {
    this.classes = classes;
    // Cells by class, so that each colour is set once.
    const counts = new Uint32Array(classes.colours.length + 3);
    for (const k of classes.of) counts[k + 3]++;
    for (let k = 1; k < counts.length; k++) counts[k] += counts[k - 1];
    const order = new Uint32Array(classes.of.length);
    const next = counts.slice();
    classes.of.forEach((k, i) => (order[next[k + 2]++] = i));
    this.order = order;
    this.starts = counts;
    if (this._map) this.redraw();
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.className = "cells";
    this._container.setAttribute("aria-hidden", "true");
    this._pen = this._container.getContext("2d");
  },

  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const sharp = window.devicePixelRatio > 1 ? 2 : 1;
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, this._bounds.min);
    if (canvas.width !== size.x * sharp || canvas.height !== size.y * sharp) {
      canvas.width = size.x * sharp;
      canvas.height = size.y * sharp;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    this._pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    this.redraw();
  },

  /** From the projection's square to the canvas: x · scale − left. */
  _frame() {
    const origin = this._map.getPixelOrigin().add(this._bounds.min);
    const size = this._bounds.getSize();
    return { scale: 256 * 2 ** this._map.getZoom(), left: origin.x, top: origin.y, width: size.x, height: size.y };
  },

  redraw() {
    if (!this.classes || !this._bounds) return;
    const begin = performance.now();
    const frame = this._frame();
    this._pen.clearRect(0, 0, frame.width, frame.height);
    this._drawWater(frame);
    this._drawStreets(frame, STREETS_OUTSIDE);
    const { stress } = this.scene;
    this._pen.globalAlpha = stress ? PALE : 1;
    this._drawCells(frame);
    this._pen.globalAlpha = 1;
    if (stress) this._drawStress(frame, stress.lines);
    else this._drawStreets(frame, STREETS);
    this._drawStops(frame);
    this.took = performance.now() - begin;
  },

  _drawCells(frame) {
    const pen = this._pen;
    const { colours } = this.classes;
    const fill = (k, colour) => {
      pen.fillStyle = colour;
      this._fill(frame, this.order.subarray(this.starts[k + 2], this.starts[k + 3]));
    };
    fill(-1, "#dde1e6");
    fill(-2, "#4a4f57");
    colours.forEach((colour, k) => fill(k, colour));
    for (const letter of ["u", "i", "n"]) {
      const cells = this.scene.marked[letter];
      if (!cells.length) continue;
      pen.fillStyle = hatch(pen, letter);
      this._fill(frame, cells);
    }
  },

  /** Fills cells with the colour that is set: boxes where they are small, else outlines, some at a time. */
  _fill({ scale, left, top, width, height }, cells) {
    const pen = this._pen;
    const { box, first, rings, corners } = this.scene.cells;
    let open = 0;
    for (const i of cells) {
      const x0 = box[4 * i] * scale - left;
      const y0 = box[4 * i + 1] * scale - top;
      const x1 = box[4 * i + 2] * scale - left;
      const y1 = box[4 * i + 3] * scale - top;
      if (x1 < 0 || y1 < 0 || x0 > width || y0 > height) continue;
      if (x1 - x0 < SMALL) {
        // Outwards, so that no seams show.
        const [fx, fy] = [Math.floor(x0), Math.floor(y0)];
        pen.fillRect(fx, fy, Math.ceil(x1) - fx, Math.ceil(y1) - fy);
        continue;
      }
      if (open === 0) pen.beginPath();
      for (let ring = first[i]; ring < first[i + 1]; ring++) {
        for (let k = rings[ring]; k < rings[ring + 1]; k++) {
          const x = Math.round(corners[2 * k] * scale - left);
          const y = Math.round(corners[2 * k + 1] * scale - top);
          if (k === rings[ring]) pen.moveTo(x, y);
          else pen.lineTo(x, y);
        }
        pen.closePath();
      }
      if (++open === 48) {
        pen.fill();
        open = 0;
      }
    }
    if (open) pen.fill();
  },

  /** Lakes as areas, rivers and the shore of the sea as lines. */
  _drawWater({ scale, left, top }) {
    if (!this.scene.water) return;
    const pen = this._pen;
    const { areas, lines } = this.scene.water;
    const go = ({ first, places }, line) => {
      for (let k = first[line]; k < first[line + 1]; k++) {
        const x = places[2 * k] * scale - left;
        const y = places[2 * k + 1] * scale - top;
        if (k > first[line]) pen.lineTo(x, y);
        else pen.moveTo(x, y);
      }
    };
    pen.fillStyle = WATER;
    for (let k = 0; k + 1 < areas.area.length; k++) {
      pen.beginPath();
      for (let ring = areas.area[k]; ring < areas.area[k + 1]; ring++) go(areas, ring);
      pen.fill("evenodd");
    }
    pen.strokeStyle = WATER;
    pen.lineWidth = 2;
    pen.beginPath();
    for (let line = 0; line + 1 < lines.first.length; line++) go(lines, line);
    pen.stroke();
  },

  /** The longest streets at every scale, others from scales on that have room for them. */
  _drawStreets(frame, colour) {
    const pen = this._pen;
    pen.strokeStyle = colour;
    pen.lineJoin = "round";
    const closer = this._map.getZoom() - this.scene.zoom;
    this.scene.streets.forEach((lines, level) => {
      if (closer < 1.5 * level - 0.25) return;
      pen.lineWidth = Math.max(0.5, (1.5 - 0.4 * level) * (0.65 + 0.15 * Math.max(0, closer - level)));
      this._stroke(frame, lines);
    });
  },

  /** The calm ones first, so that none hides one that is worse. */
  _drawStress(frame, levels) {
    const pen = this._pen;
    pen.lineJoin = "round";
    const closer = Math.max(0, this._map.getZoom() - this.scene.zoom);
    levels.forEach((lines, k) => {
      pen.strokeStyle = STRESS[k].colour;
      pen.lineWidth = STRESS[k].width * (0.7 + 0.25 * closer);
      this._stroke(frame, lines);
    });
  },

  /** Lines in the colour and width that are set. */
  _stroke({ scale, left, top }, { first, places }) {
    const pen = this._pen;
    pen.beginPath();
    for (let line = 0; line + 1 < first.length; line++) {
      for (let k = first[line]; k < first[line + 1]; k++) {
        const x = places[2 * k] * scale - left;
        const y = places[2 * k + 1] * scale - top;
        if (k > first[line]) pen.lineTo(x, y);
        else pen.moveTo(x, y);
      }
    }
    pen.stroke();
  },

  _drawStops({ scale, left, top, width, height }) {
    const { x, y } = this.scene.stops;
    const seen = [];
    for (let i = 0; i < x.length; i++) {
      const [px, py] = [x[i] * scale - left, y[i] * scale - top];
      if (px >= 0 && py >= 0 && px <= width && py <= height) seen.push(px, py);
    }
    // A dot needs some 50 × 50 pixels of its own, or they hide what they stand on.
    this.stopsShown = seen.length / 2 <= (width * height) / 2500;
    if (!this.stopsShown) return;
    const pen = this._pen;
    pen.fillStyle = "#ffffff";
    pen.strokeStyle = "#27313d";
    pen.lineWidth = 1;
    for (let k = 0; k < seen.length; k += 2) {
      pen.beginPath();
      pen.arc(seen[k], seen[k + 1], 2.4, 0, 2 * Math.PI);
      pen.fill();
      pen.stroke();
    }
  },
});
