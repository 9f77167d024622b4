// What shaders share.

/** Head of every shader here. */
export const HEAD = /* glsl */ `
precision highp float;
precision highp int;
precision highp sampler2D;
`;

/** Matrices of the camera and the size of things on screen. */
export const CAMERA = /* glsl */ `
uniform mat4 viewMatrix;
uniform mat4 projectionMatrix;
// Pixels that a length of one takes at a distance of one.
uniform float uPixels;

// What a thing of this size at this point has to grow by to take so many pixels at least.
float growth(vec3 centre, float size, float pixels) {
  float away = -(viewMatrix * vec4(centre, 1.0)).z;
  return away <= 0.0 ? 1.0 : max(1.0, pixels * away / (size * uPixels));
}
`;

/** A box of areas is never drawn smaller than this, in CSS pixels: a single voxel has to be seen and hit. */
export const LEAST_BOX_PIXELS = 7;
/** The same for a voxel that fires. */
export const LEAST_VOXEL_PIXELS = 2.5;
