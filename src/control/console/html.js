// The one place that names the vendored modules: every other file takes its tools from here.

import { h, render } from './vendor/preact.module.js';
import htm from './vendor/htm.module.js';

export { render };
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from './vendor/hooks.module.js';

export const html = htm.bind(h);
