# The API and the migration worker in one image.
#
#   docker build -t btec .
#   docker run btec dotnet Btec.MigrationService.dll    the worker: migrates, then exits 0
#   docker run -p 8080:8080 btec                        the API: on PORT, else on 8080
#
# Both need ConnectionStrings__btecdb or DATABASE_URL; the API needs Jwt__SigningKey too.

# 10.0-noble-chiseled-extra runs both as well and holds neither shell nor package manager. This tag has a shell because
# hosts differ in how they start a pre-deploy command, and some look for /bin/sh. Not 10.0-noble-chiseled: it has no ICU,
# and text would compare otherwise than in the tests.
ARG RUNTIME_TAG=10.0

# Compiles on the builder's own processor, for the one that the image is meant for.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
ARG READY_TO_RUN=true
# Read by MSBuild, so that restore and publish cannot disagree.
ENV PublishReadyToRun=$READY_TO_RUN \
    UseAppHost=false \
    ContinuousIntegrationBuild=true
WORKDIR /src

# What decides the packages, and nothing else: a change to the code leaves these layers alone.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY Btec.ServiceDefaults/Btec.ServiceDefaults.csproj Btec.ServiceDefaults/
COPY Btec.Data/Btec.Data.csproj Btec.Data/
COPY Btec.MigrationService/Btec.MigrationService.csproj Btec.MigrationService/
COPY Btec.Api/Btec.Api.csproj Btec.Api/
RUN dotnet restore Btec.MigrationService/Btec.MigrationService.csproj -a $TARGETARCH \
    && dotnet restore Btec.Api/Btec.Api.csproj -a $TARGETARCH

COPY .editorconfig BannedSymbols.txt ./
COPY Btec.ServiceDefaults/ Btec.ServiceDefaults/
COPY Btec.Data/ Btec.Data/
COPY Btec.MigrationService/ Btec.MigrationService/
COPY Btec.Api/ Btec.Api/
RUN dotnet publish Btec.MigrationService/Btec.MigrationService.csproj -c Release -a $TARGETARCH --no-restore -o /out/worker \
    && dotnet publish Btec.Api/Btec.Api.csproj -c Release -a $TARGETARCH --no-restore -o /out/api

# One folder holds both, because what they share is the same to the byte. Should that end, the build ends here.
RUN ! diff -rq /out/api /out/worker | grep -v '^Only in ' \
    && cp -r /out/api /app \
    && cp -r /out/worker/. /app

FROM mcr.microsoft.com/dotnet/aspnet:$RUNTIME_TAG
WORKDIR /app
COPY --from=build /app ./

# A number, so that an orchestrator can see that it is not root.
USER $APP_UID
EXPOSE 8080

# No ENTRYPOINT: any command after the image's name replaces this one whole, on every host.
CMD ["dotnet", "Btec.Api.dll"]

ARG SOURCE=
ARG REVISION=
LABEL org.opencontainers.image.title="BTEC Backend" \
      org.opencontainers.image.source=$SOURCE \
      org.opencontainers.image.revision=$REVISION
