using System.Diagnostics;
using Btec.Tests.Faults;

namespace Btec.Tests.HighAvailability;

/// <summary>The phases of a change under load. Each answer belongs to the phase in which its request was sent.</summary>
internal sealed class LoadPhases
{
    private readonly List<(string Name, long Began)> _phases = [];

    public void Begin(string name) => _phases.Add((name, Stopwatch.GetTimestamp()));

    /// <summary>Returns lines for people: the number of requests of each phase by status, and how long they took.</summary>
    public IEnumerable<string> Describe(SteadyLoad load) =>
        from phase in _phases.Index()
        let end = phase.Index + 1 < _phases.Count ? _phases[phase.Index + 1].Began : long.MaxValue
        let answers = load.Answers.Where(answer => answer.SentAt >= phase.Item.Began && answer.SentAt < end).ToList()
        from kind in answers.GroupBy(answer => answer.Status).OrderBy(kind => kind.Key)
        select $"{phase.Item.Name}: {kind.Key}: {LoadFigures.Describe(kind.Select(answer => answer.Latency))}";
}
