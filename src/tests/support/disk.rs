use std::{
    fs::{File, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};

/// A disk of its own for a folder, in memory.
pub(crate) struct Disk(PathBuf);

impl Disk {
    /// Makes the folder, with so much room; nothing where this user may not mount.
    pub(crate) fn of(folder: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir(folder).expect("a folder");
        std::fs::set_permissions(folder, Permissions::from_mode(0o700)).expect("closed");
        let options = std::ffi::CString::new(format!("size={size},mode=700")).expect("text");
        let mounted = mount("tmpfs", folder, "tmpfs", MountFlags::NOSUID, options.as_c_str());
        mounted.is_ok().then(|| Self(folder.to_owned()))
    }

    /// Takes all room that is left.
    pub(crate) fn fill(&self) {
        let mut file = File::create(self.0.join("filling")).expect("a file");
        for piece in [&[b'x'; 4096][..], b"x"] {
            while file.write_all(piece).is_ok() {}
        }
    }

    /// Gives it back.
    pub(crate) fn free(&self) {
        std::fs::remove_file(self.0.join("filling")).expect("removed");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(&self.0, UnmountFlags::DETACH).expect("unmounted");
    }
}
