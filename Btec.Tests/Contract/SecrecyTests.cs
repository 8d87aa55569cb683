using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Btec.Data.Model;
using Btec.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Btec.Tests.Contract;

/// <summary>Telemetry of everything that a user can do, at the finest log level: it contains no secret.</summary>
public abstract class SecrecyTests(DatabaseKind kind)
{
    private const string Password = "Xyzzy-Plugh-4711";
    private const string OtherPassword = "Frobozz-Magic-0815";

    public sealed class OnSqlite() : SecrecyTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SecrecyTests(DatabaseKind.Postgres);

    [Fact]
    [Asvs("14.2.4", "16.2.5")]
    public async Task No_log_line_span_or_measurement_contains_a_password_token_hash_or_key()
    {
        using var logs = new CollectedLogs();
        using var spans = new Spans();
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
            ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Trace",
            ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Trace",
        };
        await using var api = await BtecApi.StartAsync(
            kind, settings, addServices: services => services.AddSingleton<ILoggerProvider>(logs));
        using var measurements = new Measurements(api.Services.GetRequiredService<IMeterFactory>());
        var email = $"someone.{kind}@example.com".ToLowerInvariant();

        var secrets = await UseTheApiAsync(api, email);

        Assert.True(logs.Lines.Count > 100, $"Only {logs.Lines.Count} lines were logged.");
        Assert.NotEmpty(spans.Texts);
        Assert.Contains(measurements.Texts, text => text.Contains("btec.logins", StringComparison.Ordinal));
        foreach (var secret in secrets)
        {
            AssertAbsent(secret, logs.Lines);
            AssertAbsent(secret, spans.Texts);
            AssertAbsent(secret, measurements.Texts);
        }

        AssertAbsent(email, measurements.Texts);
        AssertAbsent("someone", measurements.Texts);
    }

    /// <summary>Makes every kind of request, valid and invalid, and returns the secrets in them.</summary>
    private static async Task<string[]> UseTheApiAsync(BtecApi api, string email)
    {
        var client = api.CreateClient();
        await client.RegisterAsync(email, Password, "Some One");
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.PostJsonAsync(
            "/api/auth/register", new { email = "race." + email, password = Password })));
        using var taken = await client.PostJsonAsync("/api/auth/register", new { email, password = OtherPassword });
        using var refused = await client.PostJsonAsync(
            "/api/auth/register", new { email = "no address", password = OtherPassword + "\0" });
        using var malformed = await client.PostTextAsync("/api/auth/register", $$"""{"password": "{{OtherPassword}}", """);
        using var mistyped = await client.PostTextAsync(
            "/api/auth/register", $$"""{"email": ["{{OtherPassword}}"], "password": {"x": "{{OtherPassword}}" } }""");
        using var json = await client.PostJsonAsync("/api/auth/login", new { username = email, password = OtherPassword });
        using var wrong = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", OtherPassword));
        using var unknown = await client.PostFormAsync(
            "/api/auth/login", ("username", "nobody@example.com"), ("password", OtherPassword));
        var token = await client.LoginAsync(email, Password);
        var refreshTokens = await UseTheSessionAsync(client, email);
        var links = await UseTheAccountAsync(api, client, "account." + email);
        using var me = await client.GetMeAsync(token);
        var forged = TokenForge.Sign(TokenForge.Header(), TokenForge.Claims(api, 1), _ => new byte[32]);
        using var forgedToken = await client.GetMeAsync(forged);
        using var cut = await client.GetMeAsync(token[..^10]);
        using var garbage = await client.GetMeAsync(OtherPassword);
        using var pieces = await client.GetMeAsync($"{OtherPassword}.{OtherPassword}.{OtherPassword}");
        api.Clock.Advance(TimeSpan.FromDays(9));
        using var expired = await client.GetMeAsync(token);
        var hash = await api.WithDatabaseAsync(database =>
            database.Users.Where(user => user.Email == email).Select(user => user.HashedPassword).SingleAsync());

        return
        [
            Password, OtherPassword, token, token.Split('.')[2], forged.Split('.')[1], token[..^10].Split('.')[2],
            hash, hash[7..], BtecApi.SigningKey, .. refreshTokens.Concat(links).SelectMany(TextsOf),
        ];
    }

    /// <summary>Verifies, recovers and deletes an account, and returns the tokens of its links.</summary>
    private static async Task<string[]> UseTheAccountAsync(BtecApi api, HttpClient client, string email)
    {
        await client.RegisterAsync(email, Password);
        var token = await client.LoginAsync(email, Password);
        using var unproved = await client.ConfirmAsync(await api.ReadTokenAsync(email, MailTemplate.VerifyEmail), OtherPassword);
        using var verified = await client.ConfirmAsync(await api.ReadTokenAsync(email, MailTemplate.VerifyEmail), Password);
        using var recovery = await client.RecoverAsync(email);
        using var unknown = await client.RecoverAsync("nobody@example.com");
        string[] links =
        [
            .. await api.ReadTokensAsync(email, MailTemplate.VerifyEmail),
            .. await api.ReadTokensAsync(email, MailTemplate.ResetPassword),
        ];
        using var wrong = await client.SendJsonAsync(
            HttpMethod.Post, "/api/users/me/password", token,
            new { current_password = OtherPassword, new_password = OtherPassword });
        using var refused = await client.ResetAsync(links[1], OtherPassword + "\0");
        using var reset = await client.ResetAsync(links[1], OtherPassword);
        using var again = await client.ResetAsync(links[1], Password);
        token = await client.LoginAsync(email, OtherPassword);
        using var deleted = await client.SendJsonAsync(
            HttpMethod.Delete, "/api/users/me", token, new { password = OtherPassword });
        Assert.Equal(System.Net.HttpStatusCode.NoContent, deleted.StatusCode);
        return links;
    }

    /// <summary>Refreshes, reuses and revokes sessions, and returns their refresh tokens.</summary>
    private static async Task<string[]> UseTheSessionAsync(HttpClient client, string email)
    {
        using var login = await client.PostFormAsync(
            "/api/auth/token", ("grant_type", "password"), ("username", email), ("password", Password));
        var first = Tokens.From(await login.ReadJsonAsync());
        var second = await client.RefreshAsync(first.Refresh);
        await client.RefreshAsync(first.Refresh);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.TryRefreshAsync(second.Refresh)));
        var third = await client.RefreshAsync(second.Refresh);
        using var introspected = await client.SendAsync(
            HttpMethod.Post, "/api/auth/introspect", third.Access, ("token", third.Refresh));
        using var wrong = await client.TryRefreshAsync(third.Refresh[..^1] + "x");
        using var reused = await client.TryRefreshAsync(first.Refresh);
        using var ended = await client.TryRefreshAsync(third.Refresh);
        using var revoked = await client.PostFormAsync("/api/auth/revoke", ("token", third.Refresh));
        using var again = await client.PostFormAsync("/api/auth/login", ("username", email), ("password", Password));
        var other = Tokens.From(await again.ReadJsonAsync());
        using var byToken = await client.PostFormAsync("/api/auth/revoke", ("token", other.Refresh));
        Assert.Contains("session_ended", await ended.ReadTextAsync(), StringComparison.Ordinal);
        Assert.Contains("refresh_token_reused", await reused.ReadTextAsync(), StringComparison.Ordinal);
        return [first.Refresh, second.Refresh, third.Refresh, other.Refresh];
    }

    /// <summary>Returns a token and its hash in every encoding.</summary>
    private static IEnumerable<string> TextsOf(string refreshToken)
    {
        var token = Base64Url.DecodeFromChars(refreshToken);
        return new[] { token, SHA256.HashData(token) }.SelectMany(bytes => new[]
        {
            Convert.ToHexString(bytes), Base64Url.EncodeToString(bytes), Convert.ToBase64String(bytes).TrimEnd('='),
        });
    }

    private static void AssertAbsent(string secret, IEnumerable<string> texts) =>
        Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase));

    /// <summary>The spans of the whole process; those of other tests contain other secrets.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<string> _texts = new();
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => _texts.Enqueue(string.Join(' ', [
                    activity.DisplayName, activity.StatusDescription ?? "",
                    .. activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"),
                    .. activity.Events.SelectMany(spanEvent => spanEvent.Tags
                        .Select(tag => $"{spanEvent.Name} {tag.Key}={tag.Value}")),
                    .. activity.Baggage.Select(item => $"{item.Key}={item.Value}"),
                ])),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyCollection<string> Texts => _texts;

        public void Dispose() => _listener.Dispose();
    }

    private sealed class Measurements : IDisposable
    {
        private readonly ConcurrentQueue<string> _texts = new();
        private readonly MeterListener _listener = new();

        public Measurements(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.Start();
        }

        public IReadOnlyCollection<string> Texts => _texts;

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _texts.Enqueue($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
    }
}
