using System.Globalization;
using Btec.Data.Passwords;
using Btec.Tests.Infrastructure;

namespace Btec.Tests.Hashing;

/// <summary>The priority of the threads that hash passwords.</summary>
public sealed class HashingPriorityTests(SqliteApi shared)
{
    /// <summary>The index of the nice value among the fields after the name (proc_pid_stat(5), field 19).</summary>
    private const int NiceField = 16;

    [Fact]
    public async Task Hashes_give_way_to_requests_and_nothing_else_does()
    {
        if (!OperatingSystem.IsLinux())
            TestDatabase.SkipOrFail("The nice value of a thread is read from /proc, which only Linux has.");

        await shared.Api.CreateClient().StartSessionOfNewUserAsync();

        var threads = Directory.GetDirectories("/proc/self/task").Select(ReadThread).Where(thread => thread is not null).ToList();

        var hashing = threads.FindAll(thread => thread!.Value.Name.StartsWith("Hashing ", StringComparison.Ordinal));
        Assert.NotEmpty(hashing);
        Assert.All(hashing, thread => Assert.Equal(HashingPriority.NiceValue, thread!.Value.Nice));
        Assert.DoesNotContain(threads.Except(hashing), thread => thread!.Value.Nice == HashingPriority.NiceValue);
    }

    /// <summary>Returns a thread, or <see langword="null"/> if it has ended meanwhile.</summary>
    private static (string Name, int Nice)? ReadThread(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var end = text.LastIndexOf(')');
            var nice = int.Parse(text[(end + 2)..].Split(' ')[NiceField], CultureInfo.InvariantCulture);
            return (text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..end], nice);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
