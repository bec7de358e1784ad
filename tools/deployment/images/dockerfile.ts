import type { Draft } from '../manifest';

/** The line of Node that the tests run on; `--build-arg NODE_VERSION=…` takes another. */
const NODE_VERSION = '20.20.2';
/** `node` in the official images. A number, since Kubernetes can only tell from a number that it is not root. */
export const UID = 1000;

/** One file for every deployable, told apart by a build argument, and for the jobs that prepare servers. */
export const dockerfile: Draft = {
  path: 'Dockerfile',
  content: {
    text: `# syntax=docker/dockerfile:1
# A deployable:  docker build -f deploy/Dockerfile --build-arg DEPLOYABLE=monolith -t banyan/monolith .
# The jobs:      docker build -f deploy/Dockerfile --target operations -t banyan/operations .
ARG NODE_VERSION=${NODE_VERSION}

FROM node:\${NODE_VERSION}-bookworm-slim AS workspace
WORKDIR /workspace
COPY package.json package-lock.json ./
# No package's script is needed here: compilers bring their binaries as packages, and no database is started.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .

FROM workspace AS build
ARG DEPLOYABLE
RUN test -n "$DEPLOYABLE" && NX_DAEMON=false npx nx build "$DEPLOYABLE" && mv "dist/apps/$DEPLOYABLE" /app

FROM node:\${NODE_VERSION}-bookworm-slim AS packages
WORKDIR /app
COPY --from=build /app/package.json /app/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# Migrations, exchange and queues: run once per roll-out, with an administrator's credentials.
FROM workspace AS operations
ENV NODE_ENV=production
USER ${UID}:${UID}
CMD ["node", "-r", "./tools/dev/register.js", "tools/db-prepare.ts"]

FROM node:\${NODE_VERSION}-bookworm-slim AS deployable
ENV NODE_ENV=production
ENV PORT=3000
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app ./
USER ${UID}:${UID}
HEALTHCHECK --interval=10s --timeout=3s --retries=3 CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "main.js"]
`,
  },
};

/** What a build does not need to see. Docker reads it beside the Dockerfile that it is named after. */
export const dockerignore: Draft = {
  path: 'Dockerfile.dockerignore',
  content: {
    text: `.git
.nx
.data
coverage
deploy
dist
docs
node_modules
tmp
**/*.env
**/*.log
**/*.spec.ts
`,
  },
};
