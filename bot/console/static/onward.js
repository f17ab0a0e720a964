// A form that only takes somebody on: it sends itself. Without this script its button does.
document.querySelector("form[data-onward]")?.submit();
