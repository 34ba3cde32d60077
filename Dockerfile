FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY build.js rolldown.config.js tsconfig.json tsconfig.build.json ./
COPY openapi openapi
COPY src src
RUN npm run build

FROM node:24-alpine
WORKDIR /apig-mock
COPY package.json LICENSE ./
COPY --from=build /build/dist dist
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
# node, by its number so that a cluster can see that it is not root
USER 1000
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=2s --start-period=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/_mock/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli.js"]
