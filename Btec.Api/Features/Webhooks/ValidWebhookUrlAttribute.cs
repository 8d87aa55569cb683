using Btec.Api.Platform.Requests;

namespace Btec.Api.Features.Webhooks;

/// <summary>Applies the rules of <see cref="WebhookUrl"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidWebhookUrlAttribute : MemberRuleAttribute
{
    public override IEnumerable<string> FindFaults(object value, MemberSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        return surroundings.Context.RequestServices.GetRequiredService<WebhookUrl>().FindFault((string)value) is { } fault ? [fault] : [];
    }
}
