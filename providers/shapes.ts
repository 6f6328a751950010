/** Every shape that this program knows: those of its providers, then those it can only name. */
import type { Vendor } from '../src/contract/index.js';
import { vendor as aws } from './aws/shapes.js';
import { vendor as buildkite } from './buildkite/shapes.js';
import { vendor as crates } from './crates/shapes.js';
import { vendor as digitalocean } from './digitalocean/shapes.js';
import { vendor as discord } from './discord/shapes.js';
import { vendor as doppler } from './doppler/shapes.js';
import { vendor as github } from './github/shapes.js';
import { vendor as gitlab } from './gitlab/shapes.js';
import { vendor as google } from './google/shapes.js';
import { vendor as huggingface } from './huggingface/shapes.js';
import { vendor as jfrog } from './jfrog/shapes.js';
import { vendor as npm } from './npm/shapes.js';
import { vendor as slack } from './slack/shapes.js';
import { vendor as vault } from './vault/shapes.js';
import { vendor as vercel } from './vercel/shapes.js';
import { vendors as ai } from './recognised/ai.js';
import { vendors as clouds } from './recognised/clouds.js';
import { vendors as code } from './recognised/code.js';
import { vendors as messages } from './recognised/messages.js';
import { vendors as others } from './recognised/others.js';

export const vendors: readonly Vendor[] = [
  ...[github, gitlab, huggingface, slack, vault],
  ...[discord, vercel, digitalocean, doppler, buildkite, jfrog, crates, google, npm, aws],
  ...[...ai, ...messages, ...clouds, ...code, ...others],
];
