using Btec.Data.Events;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Btec.Tests.Configuration;

/// <summary>The address of RabbitMQ: no part of it is dropped in silence.</summary>
public sealed class RabbitSettingTests
{
    [Theory]
    [InlineData("amqp://localhost", "localhost", 5672, "guest", "guest", "/", false)]
    [InlineData("amqp://localhost/", "localhost", 5672, "guest", "guest", "/", false)]
    [InlineData("amqps://ada:S3cr%2Ft@mq.example.com/shop", "mq.example.com", 5671, "ada", "S3cr/t", "shop", true)]
    [InlineData("amqp://ada:a:b@[::1]:5673/%2Fshop", "::1", 5673, "ada", "a:b", "/shop", false)]
    [InlineData("  AMQP://a%40b:sesame@10.0.0.1:65535/%2F\n", "10.0.0.1", 65535, "a@b", "sesame", "/", false)]
    public void Every_part_is_understood(
        string value, string host, int port, string user, string password, string virtualHost, bool tls)
    {
        var address = Find(value)!;

        Assert.Equal((host, port, tls), (address.Host, address.Port, address.UsesTls));
        Assert.Equal((user, password, virtualHost), (address.UserName, address.Password.Reveal(), address.VirtualHost));
        Assert.DoesNotContain("sesame", address.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5672")]
    [InlineData("http://ada:sesame@localhost")]
    [InlineData("amqp://ada:sesame@localhost:port")]
    [InlineData("amqp://ada:sesame@localhost:70000")]
    [InlineData("amqp://ada:sesame@localhost:0")]
    [InlineData("amqp://ada:sesame@localhost/one/two")]
    [InlineData("amqp://ada:sesame@localhost//")]
    [InlineData("amqp://ada:sesame@localhost?heartbeat=10")]
    [InlineData("amqp://ada:ses/ame@localhost")]
    [InlineData("amqp://ada:ses#ame@localhost")]
    [InlineData("amqp://sesame@localhost")]
    [InlineData("amqp://:sesame@localhost")]
    [InlineData("amqp://ada:@localhost")]
    [InlineData("amqp://ada:sesame@one,two")]
    [InlineData("amqp://")]
    public void What_cannot_be_read_is_refused_by_name_and_never_quoted(string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Find(value));

        var line = Assert.Single(refused.Failures);
        Assert.StartsWith("ConnectionStrings:rabbitmq ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("ses", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void Without_a_value_there_is_no_broker(string? value) => Assert.Null(Find(value));

    private static BrokerAddress? Find(string? value) => BrokerAddress.Find(
        new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:rabbitmq", value)])
            .Build());
}
