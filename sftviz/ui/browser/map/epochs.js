// From one epoch to another, by the slider or one after the other.
const MOVE_MS = 450, REST_MS = 450;

function goTo(state, step) {
  cancelAnimationFrame(state.moving);
  const [start, end, share] = state.moment, origin = share < 0.5 ? start : end;
  const began = performance.now();
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const advance = (now) => {
    const done = isStill ? 1 : Math.min(1, Math.max(0, now - began) / MOVE_MS);
    state.moment = done < 1 ? [origin, step, done * done * (3 - 2 * done)] : [step, step, 0];
    draw(state);
    if (done < 1) state.moving = requestAnimationFrame(advance);
    else if (state.isPlaying) state.resting = setTimeout(() => playOn(state), REST_MS);
  };
  byName(state.root, "slider").value = String(step);
  byName(state.root, "at").textContent = `epoch ${state.data.steps[step]}`;
  advance(began);
}

const isAtEnd = ({ moment, data }) => moment[1] === data.steps.length - 1;

function playOn(state) {
  if (isAtEnd(state)) pause(state);
  else goTo(state, state.moment[1] + 1);
}

function play(state) {
  state.isPlaying = true;
  byName(state.root, "play").textContent = "❚❚ Pause";
  goTo(state, isAtEnd(state) ? 0 : state.moment[1] + 1);
}

// What is on its way still arrives, so that an epoch is shown and not what lies between two.
function pause(state) {
  clearTimeout(state.resting);
  state.isPlaying = false;
  byName(state.root, "play").textContent = "▶ Play";
}

// Nothing moves any more: for a map that goes away.
function halt(state) {
  cancelAnimationFrame(state.moving);
  pause(state);
}

function listenToSlider(state) {
  const slider = byName(state.root, "slider");
  slider.oninput = () => { pause(state); goTo(state, Number(slider.value)); };
  byName(state.root, "play").onclick = () => (state.isPlaying ? pause : play)(state);
}
