/** API Gateway's throttle. `rate`: tokens a second; `burst`: the bucket's size. `now` in ms. */
export function createTokenBucket(rate: number, burst: number, now: () => number): { take(): boolean } {
  let tokens = burst;
  let last = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - last) / 1000) * rate);
      last = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
