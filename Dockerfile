# Image of both programs, with the same files as `npm run image`: docs/install.md.
# Both images have to be named by digest: a tag may mean another image tomorrow.
ARG NODE=docker.io/library/node:24-bookworm-slim
ARG BASE=gcr.io/distroless/cc-debian12:nonroot

FROM ${NODE} AS build
ARG NODE
ARG BASE
RUN for image in "NODE=$NODE" "BASE=$BASE"; do case "$image" in *@sha256:????????????????????????????????????????????????????????????????) ;; *) echo "$image is no digest. Name the image as --build-arg ${image%%=*}=<image>@sha256:<digest>: docs/install.md says how to read it." >&2; exit 1 ;; esac; done
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm run image -- --files /image

FROM ${BASE}
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /image/ /
ENV PATH=/usr/local/bin NODE_ENV=production
USER 65532:65532
WORKDIR /app
CMD ["countersign"]
