import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page is served under a policy that allows our own files only: nothing is inlined.
export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0 },
});
