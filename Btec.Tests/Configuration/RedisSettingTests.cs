using System.Net;
using System.Net.Sockets;
using Btec.Api.Platform.RateLimiting;
using Btec.Tests.Infrastructure;
using Btec.Tests.Protection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Btec.Tests.Configuration;

/// <summary>The address of Redis: no part of it is dropped in silence.</summary>
public sealed class RedisSettingTests
{
    [Theory]
    [InlineData("redis:6379", "redis", 6379, null, null, null, false)]
    [InlineData("redis://localhost", "localhost", 6379, null, null, null, false)]
    [InlineData("redis://localhost:6380/3", "localhost", 6380, null, null, 3, false)]
    [InlineData("rediss://ada:S3cr%2Ft@redis.example.com/0", "redis.example.com", 6379, "ada", "S3cr/t", 0, true)]
    [InlineData("redis://:sesame@[::1]:6380/", "::1", 6380, null, "sesame", null, false)]
    [InlineData("  REDIS://:a:b@localhost/12\n", "localhost", 6379, null, "a:b", 12, false)]
    [InlineData("localhost:6380,", "localhost", 6380, null, null, null, false)]
    [InlineData("!/run/redis.sock,password=sesame", "/run/redis.sock", 0, null, "sesame", null, false)]
    [InlineData("localhost:6380,password=sesame,user=ada,ssl=true,defaultDatabase=3", "localhost", 6380, "ada", "sesame", 3, true)]
    public void Every_part_is_understood(
        string value, string host, int port, string? user, string? password, int? database, bool tls)
    {
        var options = Find(value);

        var end = Assert.Single(options.EndPoints);
        var (foundHost, foundPort) = end switch
        {
            DnsEndPoint dns => (dns.Host, dns.Port),
            UnixDomainSocketEndPoint socket => (socket.ToString(), 0),
            IPEndPoint address => (address.Address.ToString(), address.Port),
            _ => ("", 0),
        };
        Assert.Equal((host, port), (foundHost, foundPort));
        Assert.Equal((user, password, database, tls), (options.User, options.Password, options.DefaultDatabase, options.Ssl));
    }

    [Theory]
    [InlineData("redis://:sesame@localhost:port")]
    [InlineData("redis://:sesame@localhost:70000")]
    [InlineData("redis://:sesame@localhost/three")]
    [InlineData("redis://:sesame@localhost/-1")]
    [InlineData("redis://:sesame@localhost/3/4")]
    [InlineData("redis://:sesame@localhost?db=3")]
    [InlineData("redis://:ses/ame@localhost")]
    [InlineData("redis://:ses#ame@localhost")]
    [InlineData("redis://sesame@localhost")]
    [InlineData("redis://")]
    [InlineData("unix:///sesame.sock")]
    [InlineData("localhost:port,password=sesame")]
    [InlineData("localhost:0,password=sesame")]
    [InlineData("localhost:6379,password=ses,ame")]
    [InlineData("localhost:6379,pasword=sesame")]
    [InlineData("localhost:6379,defaultDatabase=sesame")]
    public void What_cannot_be_read_is_refused_by_name_and_never_quoted(string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Find(value));

        var line = Assert.Single(refused.Failures);
        Assert.StartsWith("ConnectionStrings:redis ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("ses", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempts_are_counted_in_the_database_of_the_url()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = await BtecApi.StartAsync(
            DatabaseKind.Sqlite, LimitedApi.Settings(("ConnectionStrings:redis", $"redis://{redis.Address}/3")));

        using var response = await api.CreateClient().TryLoginAsync(ApiMoves.NewEmail());

        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},allowAdmin=true");
        var server = connection.GetServer(redis.Address);
        Assert.NotEqual(0, await server.DatabaseSizeAsync(3));
        Assert.Equal(0, await server.DatabaseSizeAsync(0));
    }

    private static ConfigurationOptions Find(string value) => RedisConnectionString.Find(
        new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("ConnectionStrings:redis", value)])
            .Build())!;
}
