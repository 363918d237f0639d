import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Real processes and real SQLite files: give them room on two cores.
    maxWorkers: 2,
    // Many tests kill, adopt and wait for real processes; on a shared machine one of them is told once more. What fails twice is red.
    retry: process.env['CI'] === undefined ? 0 : 1,
    reporters: ['default'],
  },
});
