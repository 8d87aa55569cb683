# The API and the migration worker in one image.
#
#   docker build -t btec .
#   docker run btec dotnet Btec.MigrationService.dll    the worker: migrates, then exits with 0
#   docker run -p 8080:8080 btec                        the API: on PORT, by default 8080
#   docker run -v btec:/data btec …                     with an SQLite file: ConnectionStrings__btecdb='Data Source=/data/btec.db'
#
# Both need ConnectionStrings__btecdb or DATABASE_URL; the API also needs Jwt__SigningKey.

# The default image has a shell, because some hosts run the pre-deploy command through /bin/sh. If yours does not,
# 10.0-noble-chiseled-extra works too, without shell and package manager. Do not use 10.0-noble-chiseled: it lacks ICU, so
# the programs would not start.
ARG RUNTIME_TAG=10.0
# Tags, because they move with every patch of .NET. CI passes the digests to which they resolve (docs/decisions/0014).
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:$RUNTIME_TAG
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0

# Compiles on the platform of the build machine, for the platform of the image.
FROM --platform=$BUILDPLATFORM $SDK_IMAGE AS build
ARG TARGETARCH
ARG READY_TO_RUN=true
# MSBuild reads these, so that restore and publish use the same values.
ENV PublishReadyToRun=$READY_TO_RUN \
    UseAppHost=false \
    ContinuousIntegrationBuild=true
WORKDIR /src

# Only the files that determine the packages, so that a change to the code does not invalidate these layers.
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

# Both programs share one folder. The build fails if a file that they share differs.
RUN ! diff -rq /out/api /out/worker | grep -v '^Only in ' \
    && cp -r /out/api /app \
    && cp -r /out/worker/. /app \
    && mkdir /out/data

FROM $RUNTIME_IMAGE
WORKDIR /app
COPY --from=build /app ./
# For an SQLite file in a volume, which a new volume takes its owner from.
COPY --from=build --chown=$APP_UID:$APP_UID /out/data /data

# Collects garbage after 4 MiB of allocations instead of as many as the processor's cache holds. That makes room for what the runtime keeps
# to optimize by profile: 151 MiB resident after reads, as with 8 MiB and without a profile, at 0.93 times the processor time (medians of
# two rounds, two cores). The runtime reads it from the environment only, in hexadecimal digits.
ENV DOTNET_GCgen0size=0x400000

# A numeric id, so that Kubernetes can verify runAsNonRoot.
USER $APP_UID
EXPOSE 8080

# No ENTRYPOINT, so that a command after the image's name replaces this one entirely on every host.
CMD ["dotnet", "Btec.Api.dll"]

ARG SOURCE=
ARG REVISION=
ARG RUNTIME_IMAGE
LABEL org.opencontainers.image.title="BTEC Backend" \
      org.opencontainers.image.source=$SOURCE \
      org.opencontainers.image.revision=$REVISION \
      org.opencontainers.image.base.name=$RUNTIME_IMAGE
