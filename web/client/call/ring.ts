// The sounds of calls, made by the page: two soft tones for one who rings, a short knock while another call is talked,
// and the ringback tone of Europe's telephones (ETSI TR 101 041) for one who is called.

import { useEffect } from "react";

export type Ring = "none" | "ring" | "knock" | "ringback";

interface Tone {
  readonly frequencies: readonly number[];
  /** Seconds from the beginning, and how long. */
  readonly at: number;
  readonly lasts: number;
}

const tones: Readonly<
  Record<Exclude<Ring, "none">, { readonly every: number; readonly tones: readonly Tone[] }>
> = {
  ring: {
    every: 3,
    tones: [
      { frequencies: [659, 880], at: 0, lasts: 0.35 },
      { frequencies: [784, 988], at: 0.45, lasts: 0.6 },
    ],
  },
  knock: { every: 6, tones: [{ frequencies: [659], at: 0, lasts: 0.2 }] },
  ringback: { every: 5, tones: [{ frequencies: [425], at: 0, lasts: 1 }] },
};

const volume = 0.06;

/** Sounds as long as the component stands. A browser that wants a gesture first stays silent. */
export function useRing(ring: Ring): void {
  useEffect(() => {
    if (ring === "none" || !("AudioContext" in window)) return;
    const audio = new AudioContext();
    const play = () => {
      if (audio.state === "running") for (const tone of tones[ring].tones) sound(audio, tone);
    };
    audio.resume().then(play, () => undefined);
    const timer = setInterval(play, tones[ring].every * 1000);
    return () => {
      clearInterval(timer);
      void audio.close();
    };
  }, [ring]);
}

function sound(audio: AudioContext, { frequencies, at, lasts }: Tone): void {
  const begin = audio.currentTime + at;
  const gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(volume, begin + 0.03);
  gain.gain.setValueAtTime(volume, begin + lasts - 0.05);
  gain.gain.linearRampToValueAtTime(0, begin + lasts);
  for (const frequency of frequencies) {
    const oscillator = audio.createOscillator();
    oscillator.frequency.value = frequency;
    oscillator.connect(gain);
    oscillator.start(begin);
    oscillator.stop(begin + lasts);
  }
}
