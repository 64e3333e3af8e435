// Run only by browsers that know no modules, which cannot draw these pages.
location.replace(document.documentElement.getAttribute("data-old-browser"));
