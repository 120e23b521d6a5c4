import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "jsdom",
    include: ["{shared,console,widget}/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
