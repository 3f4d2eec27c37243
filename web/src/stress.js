// How streets look by their level of traffic stress, 1 to 4: from blue to red, told apart by the colour-blind by hue and by
// how dark they are, and the wider the worse.

export const STRESS = [
  { colour: "#08519c", width: 1.4 },
  { colour: "#4fa3d9", width: 1.8 },
  { colour: "#f0a030", width: 2.3 },
  { colour: "#a50f15", width: 2.8 },
];

/** Cells below them are drawn so pale. */
export const PALE = 0.35;
