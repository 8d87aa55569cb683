using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Btec.Data.Model;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("users");
        builder.Ignore(user => user.HasPassword);
        builder.Property(user => user.Email).HasMaxLength(User.EmailMaxLength);
        builder.Property(user => user.FullName).HasMaxLength(User.FullNameMaxLength);
        builder.Property(user => user.IsActive).HasDefaultValue(true);
        builder.Property(user => user.IsSuperuser).HasDefaultValue(false);
        builder.Property(user => user.SearchName).HasMaxLength(User.FullNameMaxLength);
        builder.Property(user => user.SessionEpoch).HasDefaultValue(0);
        builder.Property(user => user.HasSecondFactor).HasDefaultValue(false);
        builder.HasIndex(user => user.Email).IsUnique();
        // The listing of the active or the inactive users, newest first.
        builder.HasIndex(user => new { user.IsActive, user.Id });
        // SuperuserGuard looks for the last active superuser.
        builder.HasIndex(user => user.Id).HasFilter("is_superuser AND is_active").HasDatabaseName("ix_users_active_superusers");
    }
}
