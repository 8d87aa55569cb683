using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users");
        builder.Property(user => user.Email).HasMaxLength(User.EmailMaxLength);
        builder.Property(user => user.FullName).HasMaxLength(User.FullNameMaxLength);
        builder.Property(user => user.IsActive).HasDefaultValue(true);
        builder.Property(user => user.IsSuperuser).HasDefaultValue(false);
        builder.Property(user => user.SearchName).HasMaxLength(User.FullNameMaxLength);
        builder.HasIndex(user => user.Email).IsUnique();
        // The listing reads these, and those of AddUserPrefixIndexes and AddActiveUserIndex, which the model cannot say: a migration that
        // rebuilds the table on SQLite has to make them again.
        builder.HasIndex(user => user.SearchName);
        // The few among whom SuperuserGuard looks for the last.
        builder.HasIndex(user => user.Id).HasFilter("is_superuser AND is_active").HasDatabaseName("ix_users_active_superusers");
    }
}
