# `anchorwatch up` in an image: one bundle, git, and the one native module. For Kustomize and Helm put the two programs on the PATH of an image of your own.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-fund --no-audit
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/dist ./dist
COPY --from=build /app/pipelines ./pipelines
COPY --from=build /app/manifests ./manifests
COPY --from=build /app/node_modules/libsql ./node_modules/libsql
COPY --from=build /app/node_modules/@libsql ./node_modules/@libsql
COPY --from=build /app/node_modules/@neon-rs ./node_modules/@neon-rs
COPY --from=build /app/node_modules/detect-libc ./node_modules/detect-libc
ENV NODE_ENV=production ANCHORWATCH_DATA=/data
RUN install --directory --owner=node --group=node --mode=0700 /data
USER node
VOLUME /data
ENTRYPOINT ["node", "/app/dist/anchorwatch.mjs"]
CMD ["up", "--config", "/config/anchorwatch.yaml"]
