// Points drawn by the graphics card: each moves between two places and has a colour, a mark, and is plain, faint or hidden.
const CROSS = 1, HOLLOW = 2; // bits of a mark
const HIDDEN = 0, FAINT = 1, PLAIN = 2; // states; the faint ones are drawn first

const VERTEX = `#version 300 es
in vec2 start, end;
in vec3 color;
in float mark, state;
uniform vec2 scale, shift;
uniform float share, size, drawn;
out vec3 tint;
flat out int kind;
void main() {
  // What is not drawn lies outside of the picture.
  gl_Position = state == drawn ? vec4(mix(start, end, share) * scale + shift, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = size + 2.0;
  tint = color;
  kind = int(mark);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec3 tint;
flat in int kind;
uniform float size, opacity, line;
uniform vec3 edge;
out vec4 pixel;
float cover(float inside) { return clamp(inside + 0.5, 0.0, 1.0); }
void main() {
  vec2 place = (gl_PointCoord - 0.5) * (size + 2.0);
  float inside = 0.5 * size - length(place);
  if ((kind & ${CROSS}) != 0) {
    float across = min(abs(place.x - place.y), abs(place.x + place.y)) * 0.7071;
    inside = min(0.16 * size + 0.1 * line - across, 0.5 * size - max(abs(place.x), abs(place.y)));
  }
  float whole = cover(inside);
  vec3 color = tint;
  if ((kind & ${HOLLOW}) != 0) whole -= cover(inside - 1.5 * line);
  // A rim in the colour of the page tells points apart that lie on each other.
  else if ((kind & ${CROSS}) == 0) color = mix(edge, tint, cover(inside - 0.6 * line));
  pixel = vec4(color, 1.0) * whole * opacity;
}`;

function shaderOf(gl, kind, source) {
  const shader = gl.createShader(kind);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

// What draws into a canvas; null where the browser has no WebGL.
function openPoints(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
  if (!gl) return null;
  const program = gl.createProgram();
  gl.attachShader(program, shaderOf(gl, gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, shaderOf(gl, gl.FRAGMENT_SHADER, FRAGMENT));
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.enable(gl.SCISSOR_TEST);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const buffers = Object.fromEntries(["places", "colors", "marks", "states"].map((name) => [name, gl.createBuffer()]));
  return { gl, program, buffers };
}

function fill({ gl, buffers }, name, values) {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
}

function bind({ gl, program, buffers }, name, buffer, size, kind, offset) {
  const at = gl.getAttribLocation(program, name);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffers[buffer]);
  gl.enableVertexAttribArray(at);
  gl.vertexAttribPointer(at, size, kind, buffer === "colors", 0, offset);
}

// Draws `count` points into a frame of the canvas, in its pixels from the bottom left.
function drawPoints(points, count, [start, end, share], frame, { scale, shift, size, edge, line }) {
  const { gl, program } = points, near = share < 0.5 ? start : end;
  bind(points, "start", "places", 2, gl.FLOAT, 8 * count * start);
  bind(points, "end", "places", 2, gl.FLOAT, 8 * count * end);
  bind(points, "color", "colors", 3, gl.UNSIGNED_BYTE, 3 * count * near);
  bind(points, "mark", "marks", 1, gl.UNSIGNED_BYTE, count * near);
  bind(points, "state", "states", 1, gl.UNSIGNED_BYTE, count * near);
  const uniform = (name) => gl.getUniformLocation(program, name);
  gl.viewport(...frame);
  gl.scissor(...frame);
  gl.uniform2f(uniform("scale"), ...scale);
  gl.uniform2f(uniform("shift"), ...shift);
  gl.uniform3f(uniform("edge"), ...edge);
  for (const [name, value] of Object.entries({ share, size, line })) gl.uniform1f(uniform(name), value);
  for (const [drawn, opacity] of [[FAINT, 0.13], [PLAIN, 0.9]]) {
    gl.uniform1f(uniform("drawn"), drawn);
    gl.uniform1f(uniform("opacity"), opacity);
    gl.drawArrays(gl.POINTS, 0, count);
  }
}

function wipe({ gl }) {
  gl.scissor(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
}
