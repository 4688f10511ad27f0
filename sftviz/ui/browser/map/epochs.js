// From one epoch to another, by the slider or one after the other.
const MOVE_MS = 450, REST_MS = 450;

function goTo(state, step, then) {
  cancelAnimationFrame(state.moving);
  const [, from, share] = state.moment, origin = share < 1 ? state.moment[0] : from;
  const began = performance.now();
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const advance = (now) => {
    const done = isStill ? 1 : Math.min(1, Math.max(0, now - began) / MOVE_MS);
    state.moment = done < 1 ? [origin, step, done * done * (3 - 2 * done)] : [step, step, 0];
    byName(state.root, "at").textContent = `epoch ${state.data.steps[step]}`;
    draw(state);
    if (done < 1) state.moving = requestAnimationFrame(advance);
    else if (then) state.resting = setTimeout(then, REST_MS);
  };
  advance(began);
}

function play(state) {
  const slider = byName(state.root, "slider"), last = state.data.steps.length - 1;
  if (state.isPlaying) { stop(state); return; }
  state.isPlaying = true;
  byName(state.root, "play").textContent = "❚❚ Pause";
  const next = (step) => {
    slider.value = String(step);
    goTo(state, step, step < last ? () => next(step + 1) : () => stop(state));
  };
  next(state.moment[1] === last ? 0 : state.moment[1] + 1);
}

function stop(state) {
  clearTimeout(state.resting);
  state.isPlaying = false;
  byName(state.root, "play").textContent = "▶ Play";
}

function listenToSlider(state) {
  const slider = byName(state.root, "slider");
  slider.oninput = () => { stop(state); goTo(state, Number(slider.value)); };
  byName(state.root, "play").onclick = () => play(state);
}
