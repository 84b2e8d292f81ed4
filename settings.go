package ridgepoint

import "github.com/ridgepoint/ridgepoint/hwprofiles/settings"

// SettingsFile gives the name of a configuration file, of a project or, in UserDir, of the user.
const SettingsFile = settings.FileName

// A Setting is a default that a configuration file sets: its key, its value and the file.
type Setting = settings.Setting

// SettingKeys returns the keys that a configuration file may have.
func SettingKeys() []string { return settings.Keys() }

// ReadSettings returns what the configuration files of folders set, such as those of a project and of UserDir(): the
// first that sets something wins. Files have data alone, and nothing else is read; "" is no folder.
func ReadSettings(dirs ...string) ([]Setting, error) {
	files := make([]*settings.File, len(dirs))
	for i, dir := range dirs {
		var err error
		if files[i], err = settings.Read(dir); err != nil {
			return nil, err
		}
	}
	return settings.Settings(files...), nil
}
